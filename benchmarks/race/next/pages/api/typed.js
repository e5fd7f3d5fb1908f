import { Feedback } from "../../shared";

export default function handler(req, res) {
  if (req.method !== "POST") return res.status(405).end();
  const body = Feedback.safeParse(req.body);
  if (!body.success) return res.status(422).json({ errors: body.error.issues });
  res.status(201).json({ status: "received", feedback: body.data.feedback });
}
