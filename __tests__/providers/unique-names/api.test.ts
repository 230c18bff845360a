import { CallFailure } from "../../../providers/tunnel-route/failure";
import { NamesApi } from "../../../providers/unique-names/api";

function refused(status: number, code: number): CallFailure {
  return CallFailure.refused("GET /x", {
    status,
    retryAfter: null,
    success: false,
    result: null,
    errors: [{ code, message: "no" }],
  });
}

const failing = (error: Error) =>
  new NamesApi({
    call: async () => {
      throw error;
    },
  });

test("an account without Zero Trust has no names yet; any other refusal is one", async () => {
  expect(await failing(refused(403, 9999)).list("a1", "groups")).toEqual([]);
  await expect(
    failing(refused(403, 10000)).list("a1", "groups"),
  ).rejects.toThrow(/answered 403/);
});

test("reads all pages", async () => {
  const pages = [100, 2].map((count, page) =>
    Array.from({ length: count }, (_, at) => ({
      id: `${page}-${at}`,
      name: "n",
    })),
  );
  const api = new NamesApi({ call: async () => pages.shift() });
  expect(await api.list("a1", "identity_providers")).toHaveLength(102);
});
