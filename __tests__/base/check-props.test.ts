import { checkProps } from "../../base/check-props";

interface Props {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
}

const check = (props: unknown, now?: readonly "host"[]) => () =>
  checkProps("Site", props as Props, ["host", "port"], now);

test("takes props that have what is needed, whatever it is", () => {
  expect(check({ host: "", port: 0 })).not.toThrow();
});

test("names all that is missing at once", () => {
  expect(check({ port: null })).toThrow(
    "Site:\n- host is missing\n- port is missing",
  );
});

test.each([[undefined], [null], ["wiki"]])(
  "names what %j should have been",
  (props) => {
    expect(check(props)).toThrow(
      "Site:\n- an object with host, port is missing",
    );
  },
);

test("leaves to others what something can go on without", () => {
  expect(check({ host: "wiki" }, ["host"])).not.toThrow();
  expect(check({}, ["host"])).toThrow("- host is missing\n- port is missing");
});
