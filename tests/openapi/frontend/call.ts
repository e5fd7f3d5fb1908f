import createClient from "openapi-fetch";
import type { components, paths } from "./api.js"; // by manage.py typescript --output api.d.ts

type Book = components["schemas"]["Book"];

export async function example(baseUrl: string) {
  const api = createClient<paths>({ baseUrl });

  const { data: added, error } = await api.POST("/api/books", { body: { title: "Emma" } });
  if (error) throw new Error(`${error.title}: ${error.detail}`);

  const { data: one } = await api.GET("/api/books/{id}", { params: { path: { id: added.id } } });
  const { data: found = [] } = await api.GET("/api/books", { params: { query: { q: "em" } } });
  const { response } = await api.DELETE("/api/books/{id}", { params: { path: { id: added.id } } });

  const { error: refused } = await api.POST("/api/books", { body: { title: "" } });
  return {
    one,
    titles: found.map((book: Book) => book.title.toUpperCase()),
    pages: added.pages + 1, // an answer has what a request may leave out
    deleted: response.status,
    refused: refused?.errors?.map((fault) => fault.pointer),
  };
}
