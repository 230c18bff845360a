import { publicDestinations } from "../access/match-application";
import type { AccessAccount, Application } from "../access/model";

/** The applications that stand on a host, whatever their paths. */
export function applicationsOn(
  { applications }: AccessAccount,
  hostname: string,
): Application[] {
  return applications.filter((application) =>
    publicDestinations(application).some(
      ({ uri }) => hostOf(uri ?? "") === hostname.toLowerCase(),
    ),
  );
}

/** The host of a domain as applications and logs write it, with or without a scheme and path. */
export function hostOf(domain: string): string {
  const [host = ""] = domain.replace(/^\w+:\/\//, "").split(/[/:]/);
  return host.toLowerCase();
}
