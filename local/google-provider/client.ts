import { ProviderError } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { isJsonObject, type Json, type JsonObject } from "../provider/wire";

type Api = "secretManager" | "serviceUsage" | "resourceManager";

/** A call that Google refused, told as the provider tells it. */
export class GoogleCallFailed extends ProviderError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface GoogleClientOptions {
  readonly accessToken: string;
  /** Base addresses with their version: `http://127.0.0.1:8080/v1/`. */
  readonly endpoints: Readonly<Record<Api, string>>;
  /** Of resources that name none. */
  readonly project: string | undefined;
  /** Label what Terraform makes, as the provider does unless it is told not to. */
  readonly hasAttributionLabel: boolean;
}

/** Calls Google's APIs, once: what fails is told, and Terraform run again. */
export class GoogleClient {
  constructor(readonly options: GoogleClientOptions) {}

  /**
   * The project of a resource.
   *
   * @throws ProviderError where neither it nor the provider names one
   */
  project({ project }: ObjectValue): string {
    const name = typeof project === "string" ? project : this.options.project;
    if (name) return name.replace(/^projects\//, "");
    throw new ProviderError(
      "project: required field is not set",
      "Set it on the resource, on the provider, or in GOOGLE_PROJECT.",
    );
  }

  /** @throws GoogleCallFailed */
  async call(
    api: Api,
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    options: { body?: JsonObject; signal: AbortSignal },
  ): Promise<JsonObject> {
    const { body, signal } = options;
    const { accessToken, endpoints } = this.options;
    const answer = await fetch(endpoints[api] + path, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        "content-type": "application/json",
        "user-agent": "terraform-provider-google/6.50.0 (local stand-in)",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    const json = (await answer.json()) as Json;
    const result = isJsonObject(json) ? json : {};
    if (answer.ok) return result;
    const { error = null } = result;
    const message = isJsonObject(error) ? String(error["message"]) : "";
    throw new GoogleCallFailed(
      answer.status,
      `googleapi: Error ${answer.status}: ${message}`,
    );
  }
}

/** Runs a read; undefined where Google has no such thing any more. */
export async function unlessGone<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof GoogleCallFailed && error.status === 404)
      return undefined;
    throw error;
  });
}
