import createClient from "openapi-fetch";
import type { paths } from "./api.js";

// Each line below a comment has to be an error: tsc refuses a comment that expects none.
export async function wrong(baseUrl: string) {
  const api = createClient<paths>({ baseUrl });

  // @ts-expect-error: another name of a field
  await api.POST("/api/books", { body: { titel: "Emma" } });
  // @ts-expect-error: another type of a field
  await api.POST("/api/books", { body: { title: 1 } });
  // @ts-expect-error: a required field is left out
  await api.POST("/api/books", { body: { pages: 1 } });
  // @ts-expect-error: no body
  await api.POST("/api/books");
  // @ts-expect-error: no such URL
  await api.GET("/api/book");
  // @ts-expect-error: no such method
  await api.PUT("/api/books");
  // @ts-expect-error: no such parameter
  await api.GET("/api/books", { params: { query: { query: "em" } } });
  // @ts-expect-error: another type of a parameter
  await api.GET("/api/books/{id}", { params: { path: { id: "one" } } });

  const { data: book, error } = await api.GET("/api/books/{id}", { params: { path: { id: 1 } } });
  // @ts-expect-error: it may be a refusal
  book.title;
  if (book) {
    // @ts-expect-error: no such field in the answer
    book.titel;
  }
  // @ts-expect-error: no such field in a refusal
  error?.reason;
}
