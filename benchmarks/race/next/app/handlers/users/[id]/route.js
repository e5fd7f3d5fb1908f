export async function GET(request, { params }) {
  const { id } = await params;
  return Response.json({ id: Number(id), name: "Dynamic User" });
}
