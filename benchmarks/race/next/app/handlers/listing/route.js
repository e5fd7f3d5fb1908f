import { items } from "../../../shared";

export const dynamic = "force-dynamic";

export function GET() {
  return Response.json(items);
}
