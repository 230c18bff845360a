import { sendPage, type StandIn } from "./stand-in";

/** A service without any particulars: one page on every path. */
export function page(title: string): StandIn {
  return {
    async handle(request, response) {
      request.resume();
      sendPage(
        response,
        `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1></body>
</html>
`,
      );
    },
  };
}
