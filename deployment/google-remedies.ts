import type { KnownFailure } from "./remedy";

/** What to do about what Google says of a stack's token store. */
export const GOOGLE_REMEDIES: readonly KnownFailure[] = [
  {
    when: /Cloud Resource Manager API has not been used|Service Usage API has not been used/,
    passing: false,
    remedy:
      "Terraform looks at the Google project by two APIs that can't switch themselves on. Run: gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project=PROJECT",
  },
  {
    when: /Secret Manager API has not been used/,
    passing: true,
    remedy:
      "Google was told to switch Secret Manager on, and needs some minutes. Deploy again.",
  },
  {
    when: /googleapi: Error 409: Secret \[[^\]]*\] already exists/,
    passing: false,
    remedy:
      "Google has a secret of this name already. If an interrupted deploy made it, remove it and deploy again: gcloud secrets delete NAME --project=PROJECT. If something else uses it, give the service's stack another name in main.ts, or keep the token elsewhere.",
  },
  {
    when: /application default credentials|oauth2: .*invalid_grant|googleapi: Error 401/,
    passing: false,
    remedy:
      "Terraform has no valid credentials for Google. Run: gcloud auth application-default login. Or set GOOGLE_CREDENTIALS to the path of a service account's key.",
  },
  {
    when: /googleapi: Error 403/,
    passing: false,
    remedy:
      "The credentials for Google may not do this. They need, on the project in ACCESS_GOOGLE_PROJECT: Secret Manager Admin, Service Usage Admin and Browser.",
  },
  {
    when: /googleapi: Error (429|5\d\d)/,
    passing: true,
    remedy: "Google did not answer well. Deploy again.",
  },
];
