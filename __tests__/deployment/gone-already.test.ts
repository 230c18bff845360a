import { remedyFor } from "../../deployment/remedies";

const deletion = (answer: string) => `Error: failed to make http request

  DELETE
  "https://api.cloudflare.com/client/v4/accounts/a/access/service_tokens/t":
  ${answer}`;

test("a deletion that finds nothing is tried again: an answer got lost, and the next plan knows", () => {
  expect(remedyFor(deletion("404 Not Found"))).toMatchObject({
    passing: true,
    remedy: expect.stringContaining("finds nothing there to delete") as string,
  });
});

test("one of something in use is not", () => {
  const answer = '409 Conflict\n  {"errors":[{"code":12132}]}';
  expect(remedyFor(deletion(answer))).toMatchObject({ passing: false });
});
