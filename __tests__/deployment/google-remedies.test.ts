import { remedyFor } from "../../deployment/remedies";

test.each<[string, string, boolean]>([
  [
    "Error: googleapi: Error 403: Cloud Resource Manager API has not been used in project 1 before or it is disabled.",
    "gcloud services enable cloudresourcemanager",
    false,
  ],
  [
    "Error creating Secret: googleapi: Error 403: Secret Manager API has not been used in project 1 before or it is disabled.",
    "takes a few minutes",
    true,
  ],
  [
    "Error creating Secret: googleapi: Error 409: Secret [projects/1/secrets/A] already exists.",
    "gcloud secrets delete",
    false,
  ],
  [
    "Attempted to load application default credentials since neither",
    "gcloud auth application-default login",
    false,
  ],
  ["googleapi: Error 401: Request had", "GOOGLE_CREDENTIALS", false],
  [
    "googleapi: Error 403: Permission 'secretmanager.secrets.create' denied",
    "Secret Manager Admin",
    false,
  ],
  ["googleapi: Error 503: try later", "Deploy again", true],
])("says what to do about %s", (said, remedy, passing) => {
  expect(remedyFor(said)).toMatchObject({
    remedy: expect.stringContaining(remedy) as string,
    passing,
  });
});

test("leaves Cloudflare's refusals to Cloudflare's remedies", () => {
  const said = 'failed to make http request: POST "…": 403 Forbidden';
  expect(remedyFor(said)?.remedy).toMatch(/^The API token lacks a permission/);
});

test.each([
  "403 Forbidden <!DOCTYPE html><title>Attention Required! | Cloudflare",
  "403 Forbidden\n│ <html>",
  "invalid character '<' looking for beginning of value",
])("does not blame the token for a page: %s", (said) => {
  const found = remedyFor(`failed to make http request: DELETE "…": ${said}`);
  expect(found).toMatchObject({
    passing: true,
    remedy: expect.stringMatching(/^A page came in place of /) as string,
  });
});
