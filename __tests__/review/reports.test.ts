import { stripVTControlCharacters } from "node:util";
import type { Finding } from "../../review/findings/finding";
import { reviewOf, type Review } from "../../review/review";
import { tokenName } from "../../review/subjects";
import { toHtml } from "../../review/to-html";
import { toJson } from "../../review/to-json";
import { toMarkdown } from "../../review/to-markdown";
import { toTable } from "../../review/to-table";
import { allow, changeOf, NOW, type Host } from "./states";

const guarded: Host = {
  host: "app.example.com",
  policies: [allow("ada@example.com", "ben@example.com")],
};
const other: Host = { host: "open.example.com" };

/** Ben loses access to one host, and another stays public. */
function review(further: readonly Finding[] = []): Review {
  const after = { ...guarded, policies: [allow("ada@example.com")] };
  const change = changeOf([guarded, other], [after, other]);
  return reviewOf(change, { now: NOW, further: () => further });
}

const finding = (subject: string, more: Partial<Finding> = {}): Finding => ({
  id: "some-rule",
  severity: "warning",
  subject,
  text: "it is not as it should be",
  ...more,
});

describe("the table", () => {
  test("shows who loses what by which reason, then what to do, then how much", () => {
    const text = stripVTControlCharacters(toTable(review(), { width: 80 }));
    expect(text).toBe(`app.example.com
  loses    by login -> no         ben@example.com: application "App
                                  app.example.com": no policy admits
                                  ben@example.com

  warning  open.example.com: it is open to everyone without a login, as before:
           no application covers open.example.com/
  warning  App app.example.com: ben@example.com: people who are logged in keep
           access until their session ends, up to 24 h after the last login
           what to do: end the sessions once it is deployed: npm run revoke --
           SERVICE --person ben@example.com

Access: 0 gained, 1 lost, 0 otherwise. Findings: 0 errors, 2 warnings, 0 notes.`);
  });

  test("counts what it lists: findings that say the same of several are one", () => {
    const text = toTable(review(["a", "b", "c"].map((one) => finding(one))));
    expect(text).toMatch(/Findings: 0 errors, 3 warnings, 0 notes\.$/);
    const listed = stripVTControlCharacters(text).match(/^ {2}warning /gm);
    expect(listed).toHaveLength(3);
  });

  test.each([60, 100, 200])("fits %i columns", (width) => {
    const long = finding("x", {
      text: "word ".repeat(80),
      remedy: "do ".repeat(90),
    });
    const text = stripVTControlCharacters(
      toTable(review([long]), { width, all: true }),
    );
    const [summary, ...lines] = text.split("\n").reverse();
    expect(summary).toMatch(/^Access: /);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(
      width,
    );
  });

  test("shows what stays only where it is asked for", () => {
    expect(toTable(review())).not.toContain("ada@example.com");
    expect(toTable(review(), { all: true })).toContain("ada@example.com");
  });

  test("lets an open host stand out, even if it always was", () => {
    expect(toTable(review())).toContain("open.example.com: it is open");
  });

  test("folds open hosts that the change has no part in, and no other", () => {
    const foldedText = stripVTControlCharacters(
      toTable(review([finding("b")]), { fold: true, width: 200 }),
    );
    expect(foldedText).not.toContain("open.example.com: it is open");
    expect(foldedText).toMatch(
      /1 place outside this change is open .*npm run review lists it/,
    );
    expect(foldedText).toContain("b: ");
    const opened = changeOf([guarded], [{ host: guarded.host }]);
    expect(toTable(reviewOf(opened, { now: NOW }), { fold: true })).toContain(
      "everyone on the internet reaches it",
    );
  });

  test("counts nobody as kept out who may come in from now on", () => {
    const partners = { email_domain: { domain: "partner.example" } };
    const mfa = { auth_method: { auth_method: "mfa" } };
    const policy = { ...allow(), include: [partners], require: [mfa] };
    const after = {
      ...guarded,
      policies: [...(guarded.policies ?? []), policy],
    };
    const text = toTable(reviewOf(changeOf([guarded], [after]), { now: NOW }), {
      width: 400,
    });
    expect(text).toMatch(/maybe +no -> depends +others @partner\.example/);
    expect(text).toContain("Access: 0 gained, 1 may gain, 0 lost, 0 otherwise");
  });

  test("counts the folded line as one", () => {
    const open = ["a", "b"].map((host) =>
      finding(host, { text: `open ${host}`, untouched: true }),
    );
    const text = stripVTControlCharacters(
      toTable(review(open), { fold: true }),
    );
    const listed = text.match(/^ {2}warning /gm)?.length;
    expect(listed).toBe(2);
    expect(text).toMatch(/Findings: 0 errors, 2 warnings, 0 notes\.$/);
  });

  test("names the letters by which one person looks like another", () => {
    const after = {
      ...guarded,
      policies: [
        allow("ada@example.com", "ben@example.com", "b\u0435n@example.com"),
      ],
    };
    const change = changeOf([guarded], [after]);
    const text = toTable(reviewOf(change, { now: NOW }), { width: 200 });
    expect(text).toMatch(/b\u0435n@example\.com \(with U\+0435\)/);
    expect(text).not.toMatch(/ben@example\.com \(with/);
  });

  test("lets no name end where it says so itself", () => {
    const name = 'X" admits nobody; policy "Y';
    const after = {
      ...guarded,
      policies: [{ ...allow("eve@example.com"), name }],
    };
    const change = changeOf([guarded], [after]);
    const text = toTable(reviewOf(change, { now: NOW }), { width: 400 });
    expect(text).toContain(
      'policy "X\\" admits nobody; policy \\"Y" admits eve@example.com',
    );
  });

  test("lets no name command the terminal", () => {
    const text = toTable(
      review([finding("\u001b[2Jgone\u0007", { text: "\u001b]0;x" })]),
    );
    expect(stripVTControlCharacters(text)).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

test.each([
  ["nightly", "nightly"],
  ["nightly (new)", '"nightly (new)"'],
  [
    "nightly (b11d0000-0000-4000-8000-000000000004)",
    '"nightly (b11d0000-0000-4000-8000-000000000004)"',
  ],
  ["web\u200d-api", "web\u200d-api (with U+200D)"],
  ["\u3164", "\u3164 (with U+3164)"],
])("a token's name %j looks like nothing else", (name, shown) => {
  expect(tokenName(name)).toBe(shown);
});

test("says once what is true of many", () => {
  const many = Array.from({ length: 40 }, (_, n) => finding(`host-${n}`));
  expect(toTable(review(many)).match(/not as it should be/g)).toHaveLength(1);
  const twice = [finding("a.example.com"), finding("a.example.com")];
  expect(toTable(review(twice))).toMatch(/ {2}a\.example\.com: it is not as/);
  expect(toMarkdown(review(many)).match(/not as it should be/g)).toHaveLength(
    1,
  );
  expect(toHtml(review(many)).match(/not as it should be/g)).toHaveLength(1);
});

describe("the comment", () => {
  test("is a table that mentions nobody and holds no markup of others", () => {
    const text = toMarkdown(review([finding("<img src=x>|`@team`")]));
    expect(text).toContain(
      "| `app.example.com` | `ben@example.com` | by login | **loses**: no |",
    );
    // Outside of code spans there is neither a mention nor a tag.
    expect(text.replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, "")).not.toMatch(
      /@|<img/,
    );
  });

  test("says first what is an error", () => {
    const text = toMarkdown(
      review([finding("x"), finding("y", { severity: "error" })]),
    );
    expect(text).toMatch(/^## Access review: failed\n/);
    expect(text.indexOf("`y`")).toBeLessThan(text.indexOf("`x`"));
  });

  test("says so where nothing changes", () => {
    const nothing = reviewOf(changeOf([guarded], [guarded]), { now: NOW });
    expect(toMarkdown(nothing)).toBe(
      "## Access review\n\nNobody's access changes. Findings: 0 errors, 0 warnings, 0 notes.",
    );
  });
});

test("prints JSON with each subject, both verdicts and an example", () => {
  const { access, counts, failed } = JSON.parse(toJson(review())) as Record<
    string,
    unknown
  >;
  expect({ failed, counts }).toEqual({
    failed: false,
    counts: { gains: 0, loses: 1, otherwise: 0, same: 7 },
  });
  expect(access).toEqual([
    {
      host: "app.example.com",
      path: "/",
      example: "https://app.example.com/",
      subject: { id: "person:ben@example.com", label: "ben@example.com" },
      turn: "loses",
      before: expect.objectContaining({
        outcome: "login",
        policy: "people",
        sessionSeconds: 86400,
      }),
      after: expect.objectContaining({ outcome: "refused" }),
    },
  ]);
});

describe("the page", () => {
  test("takes nothing from elsewhere and runs no script but its own", () => {
    const page = toHtml(review(), true);
    expect(page).not.toMatch(/\b(?:src|href)=|url\(|@import|https?:/);
    expect(page).toMatch(
      /default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'/,
    );
  });

  test("shows names of others as text", () => {
    const page = toHtml(review([finding('"><script>alert(1)</script>')]));
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("&quot;&gt;&lt;script&gt;alert(1)");
  });
});
