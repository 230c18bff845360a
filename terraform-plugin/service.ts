/** What Terraform can call on a provider: `tfplugin6.Provider`. */
import { providerFaults } from "./check";
import { answer, byType, type Connection } from "./connection";
import { decodeConfig, dynamicValue } from "./dynamic-value";
import { unary, type Methods } from "./grpc";
import * as messages from "./messages";
import type { Provider } from "./provider";
import { resourceMethods } from "./resource-service";
import { checkResult } from "./result";
import { schemaMessage } from "./schema";
import { hasUnknown, typeOfSchema } from "./types";

export function providerMethods<Client>(
  provider: Provider<Client>,
): Methods<Connection<Client>> {
  const schemas = (table: Provider<Client>["resources" | "dataSources"]) =>
    Object.fromEntries(
      Object.entries(table).map(([name, { schema }]) => [
        name,
        schemaMessage(schema),
      ]),
    );
  const methods: Methods<Connection<Client>> = {
    GetProviderSchema: unary(
      messages.Empty,
      messages.GetProviderSchemaResponse,
      async () => {
        const faults = providerFaults(provider);
        if (faults.length > 0)
          return {
            provider: schemaMessage({ attributes: {} }),
            diagnostics: faults.map(asMessage),
          };
        return {
          provider: schemaMessage(provider.schema),
          resourceSchemas: schemas(provider.resources),
          dataSourceSchemas: schemas(provider.dataSources),
          serverCapabilities: {
            planDestroy: true,
            getProviderSchemaOptional: true,
            moveResourceState: true,
          },
        };
      },
    ),

    ValidateProviderConfig: unary(
      messages.ValidateProviderConfigRequest,
      messages.ValidateProviderConfigResponse,
      async () => ({}),
    ),

    ConfigureProvider: unary(
      messages.ConfigureProviderRequest,
      messages.DiagnosticsResponse,
      (request, connection: Connection<Client>) => {
        const type = typeOfSchema(provider.schema);
        return answer(type, connection, {}, async (diagnostics) => {
          const config = decodeConfig(type, request.config);
          connection.configured = hasUnknown(config)
            ? undefined
            : { client: await provider.configure(config, diagnostics) };
          return {};
        });
      },
    ),

    ValidateDataResourceConfig: unary(
      messages.ValidateConfigRequest,
      messages.DiagnosticsResponse,
      async () => ({}),
    ),

    ReadDataSource: unary(
      messages.ReadDataSourceRequest,
      messages.ReadDataSourceResponse,
      (request, connection: Connection<Client>) => {
        const source = byType(provider.dataSources, request.typeName);
        const type = typeOfSchema(source.schema);
        return answer(type, connection, {}, async (diagnostics) => {
          const config = decodeConfig(type, request.config);
          const context = connection.context(diagnostics);
          if (!connection.configured) {
            diagnostics.error(
              `Can't read ${request.typeName} yet`,
              "The provider's configuration has values that are known only after apply.",
            );
            return {};
          }
          const { client } = connection.configured;
          const state = await source.read(config, { ...context, client });
          const what = `read of ${request.typeName}`;
          checkResult(what, source.schema, state, diagnostics, config);
          return { state: dynamicValue(type, state) };
        });
      },
    ),

    StopProvider: unary(
      messages.Empty,
      messages.StopProviderResponse,
      async (_request, connection: Connection<Client>) => {
        connection.stop();
        return {};
      },
    ),

    ...resourceMethods(provider),
  };
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      `/tfplugin6.Provider/${name}`,
      method,
    ]),
  );
}

const asMessage = (fault: string) => ({
  severity: messages.Severity.error,
  summary: "The provider has a bug",
  detail: fault,
});
