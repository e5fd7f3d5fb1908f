import { userOf } from "../../../shared";

export async function GET(request) {
  const user = await userOf(request.headers.get("authorization"));
  if (!user) return Response.json({ detail: "Who are you?" }, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
  return Response.json(user);
}
