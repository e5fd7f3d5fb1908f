import { userOf } from "../../shared";

export default async function handler(req, res) {
  const user = await userOf(req.headers.authorization);
  if (!user) return res.status(401).setHeader("WWW-Authenticate", "Bearer").json({ detail: "Who are you?" });
  res.status(200).json(user);
}
