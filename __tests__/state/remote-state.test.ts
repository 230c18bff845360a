import { readRemoteState, type StateVariables } from "../../state/remote-state";

test("is on this machine unless something else is said", () => {
  expect(readRemoteState({})).toEqual({ faults: [] });
  expect(readRemoteState({ ACCESS_STATE: "local" })).toEqual({ faults: [] });
});

test("takes a region from what Amazon's own tools read", () => {
  const { state, faults } = readRemoteState({
    ACCESS_STATE: "s3",
    ACCESS_STATE_BUCKET: "states",
    AWS_REGION: "eu-central-1",
  });
  expect(faults).toEqual([]);
  expect(state).toEqual({
    kind: "s3",
    bucket: "states",
    prefix: "access-stacks",
    endpoint: undefined,
    region: undefined,
  });
});

test.each<[StateVariables, (string | RegExp)[]]>([
  [{ ACCESS_STATE: "ftp" }, ['must be one of local, s3, gcs, got "ftp"']],
  [{ ACCESS_STATE: "gcs" }, ["ACCESS_STATE_BUCKET is not set"]],
  [
    { ACCESS_STATE: "s3", ACCESS_STATE_BUCKET: "s3://states" },
    ['bucket\'s name alone, got "s3://states"', "ACCESS_STATE_REGION is not"],
  ],
  [
    {
      ACCESS_STATE: "s3",
      ACCESS_STATE_BUCKET: "states",
      ACCESS_STATE_PREFIX: "/a/",
      ACCESS_STATE_ENDPOINT: "http://example.com",
    },
    ['without a slash at its ends, got "/a/"', "ACCESS_STATE_ENDPOINT must be"],
  ],
  [
    {
      ACCESS_STATE: "gcs",
      ACCESS_STATE_BUCKET: "states",
      ACCESS_STATE_ENDPOINT: "https://example.com",
    },
    ["is for ACCESS_STATE=s3 only"],
  ],
])("fails for %j", (variables, messages) => {
  expect(readRemoteState(variables)).toEqual({
    faults: messages.map((message) => expect.stringContaining(String(message))),
  });
});
