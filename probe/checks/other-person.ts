import { broken, kept, type ProbeCheck } from "../check";
import { byPolicyCheck } from "../policy-check";

/** Someone who can log in and whom no policy names stays out. */
export const otherPerson: ProbeCheck = {
  id: "other-person",
  promise: "Another person is refused",
  restsOn: ["dns", "certificate", "login-required", "policies"],
  async run(deployed, world) {
    const { hostname, pageText } = deployed;
    const { people } = world;
    if (!people) return byPolicyCheck(deployed, world, "blocked");
    const { other } = people;
    const page = await other.visit(`https://${hostname}/`);
    // A page of the team domain, such as the choice of login methods, is no way in.
    const inside = new URL(page.url).host === hostname && page.status === 200;
    if (inside || page.text.includes(pageText))
      return broken(
        `${page.status} for ${other.email}`,
        "a policy lets in people who should stay out",
        "look for an Allow policy with Everyone or an e-mail domain that is too broad",
      );
    return kept(`${page.status} for ${other.email}`);
  },
};
