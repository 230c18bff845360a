/** What Terraform can call on the resources of a provider. */
import { answer, byType, type Connection } from "./connection";
import { pathMessage, type DiagnosticList } from "./diagnostics";
import { decodeConfig, decodeState, dynamicValue } from "./dynamic-value";
import { unary, type Methods } from "./grpc";
import * as messages from "./messages";
import { replacePaths, standardPlan, withoutWriteOnly } from "./plan";
import {
  ProviderError,
  type Context,
  type Provider,
  type Resource,
} from "./provider";
import { checkResult } from "./result";
import { decodeJson } from "./state-json";
import { typeOfSchema } from "./types";
import type { ObjectValue } from "./value";

export function resourceMethods<Client>(
  provider: Provider<Client>,
): Methods<Connection<Client>> {
  const find = (typeName: string) => {
    const resource = byType(provider.resources, typeName);
    return { resource, type: typeOfSchema(resource.schema) };
  };

  return {
    ValidateResourceConfig: unary(
      messages.ValidateConfigRequest,
      messages.DiagnosticsResponse,
      (request, connection) => {
        const { resource, type } = find(request.typeName);
        return answer(type, connection, {}, async (diagnostics) => {
          const config = decodeConfig(type, request.config);
          await resource.validate?.(config, diagnostics);
          return {};
        });
      },
    ),

    UpgradeResourceState: unary(
      messages.UpgradeResourceStateRequest,
      messages.UpgradeResourceStateResponse,
      (request, connection) => {
        const { resource, type } = find(request.typeName);
        return answer(type, connection, {}, async () => {
          const { upgradesFrom = [], version = 0 } = resource.schema;
          if (![version, ...upgradesFrom].includes(Number(request.version)))
            throw new ProviderError(
              `The state of this ${request.typeName} is of another version`,
              `The state has version ${request.version}, this provider knows version ${version}.`,
            );
          const json = request.rawState?.json ?? new Uint8Array();
          return { upgradedState: dynamicValue(type, decodeJson(type, json)) };
        });
      },
    ),

    ReadResource: unary(
      messages.ReadResourceRequest,
      messages.ReadResourceResponse,
      (request, connection) => {
        const { resource, type } = find(request.typeName);
        const unchanged = {
          newState: request.currentState,
          private: request.private,
        };
        return answer(type, connection, unchanged, async (diagnostics) => {
          const state = decodeState(type, request.currentState);
          if (!state) return unchanged;
          if (!connection.configured) {
            diagnostics.warn(
              `${request.typeName} is planned from its last known state`,
              "It can't be read before the provider's configuration is known.",
            );
            return unchanged;
          }
          const context = configured(connection, diagnostics);
          const read = await resource.read(state, context);
          if (read)
            checkResult(
              `read of ${request.typeName}`,
              resource.schema,
              read,
              diagnostics,
            );
          return { ...unchanged, newState: stateValue(resource, read) };
        });
      },
    ),

    PlanResourceChange: unary(
      messages.PlanResourceChangeRequest,
      messages.PlanResourceChangeResponse,
      (request, connection) => {
        const { resource, type } = find(request.typeName);
        const { attributes } = resource.schema;
        return answer(type, connection, {}, async (diagnostics) => {
          const context = connection.context(diagnostics);
          const prior = decodeState(type, request.priorState);
          const proposed = decodeState(type, request.proposedNewState);
          const plannedPrivate = request.priorPrivate;
          if (!proposed) {
            if (prior) await resource.planDestroy?.(prior, context);
            return { plannedState: dynamicValue(type, null), plannedPrivate };
          }
          const config = decodeConfig(type, request.config);
          let planned = standardPlan(resource.schema, prior, proposed, config);
          let replace: readonly string[] = [];
          if (resource.plan) {
            const plan = { prior, config, planned };
            const adjusted = await resource.plan(plan, context);
            planned = adjusted.planned;
            replace = adjusted.replace ?? [];
          }
          planned = withoutWriteOnly(attributes, planned);
          const paths = prior ? replacePaths(attributes, planned, prior) : [];
          return {
            plannedState: dynamicValue(type, planned),
            plannedPrivate,
            requiresReplace: [...paths, ...replace.map((name) => [name])].map(
              (path) => pathMessage(path, type),
            ),
          };
        });
      },
    ),

    ApplyResourceChange: unary(
      messages.ApplyResourceChangeRequest,
      messages.ApplyResourceChangeResponse,
      (request, connection) => {
        const { resource, type } = find(request.typeName);
        // After a failure the object counts as being what it was before.
        const unchanged = {
          newState: request.priorState,
          private: request.plannedPrivate,
        };
        return answer(type, connection, unchanged, async (diagnostics) => {
          const prior = decodeState(type, request.priorState);
          const planned = decodeState(type, request.plannedState);
          const config = decodeConfig(type, request.config);
          const context = configured(connection, diagnostics);
          let state: ObjectValue | null = null;
          if (!planned) {
            if (prior) await resource.delete(prior, context);
            // Without this a reported error would still forget the object.
            if (diagnostics.failed) return unchanged;
          } else if (prior) {
            state = await resource.update(planned, prior, context, config);
          } else {
            state = await resource.create(planned, context, config);
          }
          if (planned && state)
            checkResult(
              `${prior ? "update" : "create"} of ${request.typeName}`,
              resource.schema,
              state,
              diagnostics,
              planned,
            );
          return { ...unchanged, newState: stateValue(resource, state) };
        });
      },
    ),

    ImportResourceState: unary(
      messages.ImportResourceStateRequest,
      messages.ImportResourceStateResponse,
      (request, connection) => {
        const { typeName, id } = request;
        const { resource, type } = find(typeName);
        return answer(type, connection, {}, async (diagnostics) => {
          if (!resource.import)
            throw new ProviderError(`A ${typeName} can't be imported`);
          const context = configured(connection, diagnostics);
          const state = await resource.import(id, context);
          const imported = { typeName, state: stateValue(resource, state) };
          return { importedResources: [imported] };
        });
      },
    ),

    MoveResourceState: unary(
      messages.MoveResourceStateRequest,
      messages.MoveResourceStateResponse,
      ({ sourceState, sourceTypeName, targetTypeName }, connection) => {
        const { resource, type } = find(targetTypeName);
        return answer(type, connection, {}, async () => {
          if (!resource.move)
            throw new ProviderError(
              `A ${sourceTypeName} can't become a ${targetTypeName}`,
            );
          const json = sourceState?.json ?? new Uint8Array();
          const values = decodeJson(type, json) as ObjectValue;
          const from = { typeName: sourceTypeName, values };
          const moved = await resource.move(from);
          return { targetState: stateValue(resource, moved) };
        });
      },
    ),
  };
}

function stateValue(
  resource: Pick<Resource<never>, "schema">,
  state: ObjectValue | null,
) {
  const { schema } = resource;
  return dynamicValue(
    typeOfSchema(schema),
    state && withoutWriteOnly(schema.attributes, state),
  );
}

function configured<Client>(
  connection: Connection<Client>,
  diagnostics: DiagnosticList,
): Context<Client> {
  if (!connection.configured)
    throw new ProviderError(
      "The provider is not configured",
      "Its configuration has values that are not known yet.",
    );
  const { client } = connection.configured;
  return { ...connection.context(diagnostics), client };
}
