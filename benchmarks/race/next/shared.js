// What both routers answer with.
import { jwtVerify } from "jose";
import pg from "pg";
import { z } from "zod";

const env = process.env;
const pool = new pg.Pool({
  host: "127.0.0.1",
  user: "postgres",
  database: env.RACE_DATABASE,
  min: 2,
  max: 8,
});
const secret = new TextEncoder().encode(env.RACE_SECRET);
const claims = {
  algorithms: ["HS256"],
  issuer: env.RACE_ISSUER,
  audience: env.RACE_ISSUER,
  requiredClaims: ["exp", "iat", "sub", "iss", "aud"],
};

export const Feedback = z.object({ feedback: z.string() });

export const items = Array.from({ length: Number(env.RACE_LISTED) }, (_, index) => {
  const number = index + 1;
  return {
    id: number,
    title: `Item number ${number}`,
    author: `Author number ${number % 7}`,
    pages: number * 3,
    cents: number * 50,
  };
});

export async function rows() {
  const found = await pool.query("SELECT id::int, title, author, pages, cents FROM items_item ORDER BY id");
  return found.rows;
}

export async function userOf(authorization) {
  const [scheme, token] = (authorization ?? "").split(" ");
  if (scheme !== "Bearer") return null;
  try {
    const { payload } = await jwtVerify(token, secret, claims);
    const found = await pool.query(
      "SELECT id, email FROM auth_user WHERE id = $1 AND is_active",
      [payload.sub],
    );
    return found.rows[0] ?? null;
  } catch {
    return null;
  }
}
