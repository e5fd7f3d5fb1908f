export async function POST(request) {
  const body = await request.json();
  return Response.json({ status: "received", feedback: body.feedback }, { status: 201 });
}
