import { join, markup, verbatim } from "../../base/markup";

test("escapes whatever is put in, in text and attributes", () => {
  const name = `<b a="1" b='2'>&amp;</b>`;
  expect(String(markup`<i title="${name}">${name}</i>`)).toBe(
    `<i title="&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;">&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;</i>`,
  );
});

test("leaves markup as it is, alone, in lists and joined", () => {
  const items = ["a<", "b>"].map((one) => markup`<li>${one}</li>`);
  expect(String(markup`<ul>${items}</ul>`)).toBe(
    "<ul><li>a&lt;</li><li>b&gt;</li></ul>",
  );
  expect(String(join(items, ", "))).toBe("<li>a&lt;</li>, <li>b&gt;</li>");
  expect(String(markup`<style>${verbatim("a > b {}")}</style>`)).toBe(
    "<style>a > b {}</style>",
  );
});

test("leaves out what there is none of, and keeps zero", () => {
  expect(String(markup`${undefined}${false}${0}`)).toBe("0");
});

test("replaces what neither XML nor a page may hold", () => {
  expect(String(markup`${"a\u0000\u001b\u009fb\ufffe\ud800c\td\n"}`)).toBe(
    "a\ufffd\ufffd\ufffdb\ufffd\ufffdc\td\n",
  );
});
