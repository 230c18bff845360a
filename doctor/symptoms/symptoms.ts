import type { DoctorCheck } from "../check";
import { connectorCheck } from "../checks/connector";
import { tunnelCheck } from "../checks/tunnel";
import type { SymptomContext } from "./context";
import { cookieComesBack } from "./cookie-comes-back";
import { coveringApplication } from "./covering-application";
import { firstPageOpens } from "./first-page";
import { bodySize, firstByte } from "./limits";
import { localService } from "./local-service";
import { openPathTakesIt, unlessOpen } from "./open-path";
import type { SymptomName } from "./names";
import { ownPageAsks } from "./own-page";
import { pageShows } from "./page-shows";
import { personAdmitted } from "./person-admitted";
import { recordLeadsHere } from "./record-leads-here";
import { ruleLeadsToService } from "./rule-leads-to-service";
import { serviceAnswers } from "./service-answers";
import { serviceHere } from "./service-here";
import { sessionEnded } from "./session-ended";
import { tokenAdmitted } from "./token-admitted";
import { tokenKnown } from "./token-known";
import { callerSendsToken, connectorTrusts, tokenWorks } from "./token-works";
import { whoAnswers } from "./who-answers";

type Symptom = readonly DoctorCheck<SymptomContext>[];

const TOKEN: Symptom = [
  openPathTakesIt,
  coveringApplication,
  unlessOpen(tokenKnown),
  unlessOpen(tokenAdmitted),
  tokenWorks,
];
const REDIRECTS = [301, 302, 303, 307, 308];
const page = ({ path = "/" }: SymptomContext) => path;
const NO_TUNNEL: Symptom = [tunnelCheck, recordLeadsHere, connectorCheck];

/**
 * What people see, and what may be behind it: the first question that finds
 * something is the answer, so each may take for granted those before it.
 */
export const SYMPTOMS = {
  /** The browser shows that the account does not have access. */
  denied: [coveringApplication, personAdmitted],
  /** The API answers 403, or the page does after a login. */
  "403": [
    ...TOKEN,
    connectorTrusts,
    ownPageAsks,
    firstPageOpens,
    unlessOpen(callerSendsToken),
  ],
  /** The API answers with a redirect to the login. */
  "login-redirect": [...TOKEN, unlessOpen(callerSendsToken)],
  /** Scripts on the service's host fail. */
  "local-scripts": [localService],
  /** Page or API answer "not found". */
  "404": [
    openPathTakesIt,
    ruleLeadsToService,
    whoAnswers([404]),
    serviceHere([404]),
  ],
  /** The edge or the service refuses a large body. */
  "413": [bodySize],
  /** Cloudflare waited in vain. */
  "524": [whoAnswers([524]), firstByte],
  /** The browser gives up: too many redirects, or one to a strange address. */
  redirects: [
    coveringApplication,
    cookieComesBack,
    ruleLeadsToService,
    whoAnswers(REDIRECTS, page),
    serviceHere(REDIRECTS, page),
  ],
  /** The browser shows nothing, right after a login or at all times. */
  "blank-page": [
    coveringApplication,
    cookieComesBack,
    ruleLeadsToService,
    pageShows,
  ],
  /** A page that was open for long fails, with CORS errors, 302 or 401. */
  "session-ended": [coveringApplication, sessionEnded],
  /** Cloudflare Tunnel error. */
  "1033": NO_TUNNEL,
  /** Bad gateway. */
  "502": [connectorCheck, ruleLeadsToService, serviceAnswers],
  /** Cloudflare can't find or reach the origin. */
  "530": NO_TUNNEL,
} as const satisfies Readonly<Record<SymptomName, Symptom>>;
