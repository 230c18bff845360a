/** A resource change as a plan prints it. */
export function change(
  address: string,
  actions: readonly string[],
  values: {
    readonly before?: object;
    readonly after?: object;
    readonly unknown?: object;
    readonly sensitive?: object;
  },
) {
  return {
    address,
    mode: "managed",
    type: address.split(".")[0],
    change: {
      actions,
      before: values.before ?? null,
      after: values.after ?? null,
      after_unknown: values.unknown ?? {},
      before_sensitive: values.sensitive ?? {},
      after_sensitive: values.sensitive ?? {},
    },
  };
}

/** A plan as `terraform show -json` prints it. */
export function planJson(
  changes: readonly ReturnType<typeof change>[],
  written: Readonly<Record<string, object>> = {},
  more: object = {},
): string {
  return JSON.stringify({
    format_version: "1.2",
    resource_changes: changes,
    configuration: {
      root_module: {
        resources: Object.entries(written).map(([address, values]) => ({
          address,
          expressions: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
              name,
              { constant_value: value },
            ]),
          ),
        })),
      },
    },
    ...more,
  });
}
