import { Feedback } from "../../../shared";

export async function POST(request) {
  const body = Feedback.safeParse(await request.json());
  if (!body.success) return Response.json({ errors: body.error.issues }, { status: 422 });
  return Response.json({ status: "received", feedback: body.data.feedback }, { status: 201 });
}
