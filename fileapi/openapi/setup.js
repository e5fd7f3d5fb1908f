"use strict";

const { document: url, cookie, header } = document.getElementById("docs").dataset;

function token() {
  const pair = document.cookie.split("; ").find((each) => each.startsWith(`${cookie}=`));
  return pair && decodeURIComponent(pair.slice(cookie.length + 1));
}

SwaggerUIBundle({
  url,
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  // Django wants its token of what a session changes. It is this site's business alone.
  requestInterceptor(request) {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    if (isOurs && ["POST", "PUT", "PATCH", "DELETE"].includes(request.method) && token()) {
      request.headers[header] = token();
    }
    return request;
  },
});
