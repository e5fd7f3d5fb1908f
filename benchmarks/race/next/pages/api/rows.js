import { rows } from "../../shared";

export default async function handler(req, res) {
  res.status(200).json(await rows());
}
