import type { KnownFailure } from "./remedy";

/** What to do about what Google says of a stack's token store. */
export const GOOGLE_REMEDIES: readonly KnownFailure[] = [
  {
    when: /Cloud Resource Manager API has not been used|Service Usage API has not been used/,
    passing: false,
    remedy:
      "Terraform reads the Google project through two APIs that cannot enable themselves. Run: gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project=PROJECT",
  },
  {
    when: /Secret Manager API has not been used/,
    passing: true,
    remedy:
      "Google is enabling Secret Manager, which takes a few minutes. Deploy again.",
  },
  {
    when: /googleapi: Error 409: Secret \[[^\]]*\] already exists/,
    passing: false,
    remedy:
      "Google already has a secret with this name. If an interrupted deploy created it, delete it and deploy again: gcloud secrets delete NAME --project=PROJECT. If something else uses it, rename the service's stack in main.ts, or store the token elsewhere.",
  },
  {
    when: /application default credentials|oauth2: .*invalid_grant|googleapi: Error 401/,
    passing: false,
    remedy:
      "Terraform has no valid Google credentials. Run: gcloud auth application-default login. Or set GOOGLE_CREDENTIALS to the path of a service account's key.",
  },
  {
    when: /googleapi: Error 403/,
    passing: false,
    remedy:
      "The Google credentials lack a permission. They need, on the project in ACCESS_GOOGLE_PROJECT: Secret Manager Admin, Service Usage Admin and Browser.",
  },
  {
    when: /googleapi: Error (429|5\d\d)/,
    passing: true,
    remedy: "Google returned an error. Deploy again.",
  },
];
