import { HOST_TYPES } from "../../dns/record";
import type { Rule } from "../rule";

/** What a text says of the mail that a domain sends: it leads nothing elsewhere. */
const OF_SENDERS = /^"?v=(spf1|dkim1|dmarc1)\b/i;

export const mailOrProofRecord: Rule = {
  id: "mail-or-proof-record",
  title: "A DNS record for mail or for proof of ownership",
  why: "Whoever receives a domain's mail receives its login codes; whoever proves ownership of a name can get certificates and accounts for it.",
  remedy:
    "Check that the server or the proof is yours, and write a waiver that says so.",
  check: (managed) =>
    managed.records
      .filter(
        ({ after: { content, type } }) =>
          !HOST_TYPES.includes(type) &&
          !(type === "TXT" && OF_SENDERS.test(content)),
      )
      .map(({ after: { content, name, type }, stack }) => ({
        stack,
        about: name,
        what: `its record ${type} ${content} is not an address record`,
      })),
};
