import * as grpc from "@grpc/grpc-js";
import { randomBytes } from "node:crypto";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { SimulatedProvider } from "./provider";

/**
 * Serves a simulated provider to the engine over Pulumi's plugin protocol (sdk/proto/pulumi/provider.proto), and
 * prints the port, as the protocol asks. The raw service, since the SDK's own server does not tell a provider whether
 * a create is a preview.
 */
export async function serve(provider: SimulatedProvider): Promise<void> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(ResourceProviderService, service(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) {
        resolve(bound);
      } else {
        reject(error);
      }
    });
  });
  process.stdout.write(`${port}\n`);
}

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;

function unary<Request, Response>(handler: Handler<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handler(call.request))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          });
        },
      );
  };
}

function service(provider: SimulatedProvider): grpc.UntypedServiceImplementation {
  return {
    getPluginInfo: unary<Empty, PluginInfo>(() => new PluginInfo().setVersion(provider.version)),
    attach: unary<Empty, Empty>(() => new Empty()),
    cancel: unary<Empty, Empty>(() => new Empty()),
    getSchema: unary<messages.GetSchemaRequest, messages.GetSchemaResponse>(() =>
      new messages.GetSchemaResponse().setSchema(
        JSON.stringify({ name: provider.definition.name, version: provider.version }),
      ),
    ),
    checkConfig: unary<messages.CheckRequest, messages.CheckResponse>((request) => {
      const news = fromStruct(request.getNews());
      return checkResponse(news, provider.checkConfig(news));
    }),
    diffConfig: unary<messages.DiffRequest, messages.DiffResponse>((request) => {
      const { changed, replaced } = provider.diffConfig(
        fromStruct(request.getOldInputs()),
        fromStruct(request.getNews()),
      );
      return new messages.DiffResponse()
        .setChanges(messages.DiffResponse.DiffChanges[changed.length > 0 ? "DIFF_SOME" : "DIFF_NONE"])
        .setDiffsList(changed)
        .setReplacesList(replaced);
    }),
    configure: unary<messages.ConfigureRequest, messages.ConfigureResponse>(async (request) => {
      provider.configure(fromStruct(request.getArgs()));
      await provider.logIn(false);
      return new messages.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(false);
    }),
    check: unary<messages.CheckRequest, messages.CheckResponse>((request) => {
      const seed = request.getRandomseed_asU8();
      const { inputs, failures } = provider.check(
        request.getUrn(),
        fromStruct(request.getOlds()),
        fromStruct(request.getNews()),
        seed.length > 0 ? Buffer.from(seed) : randomBytes(32),
      );
      return checkResponse(inputs, failures);
    }),
    diff: unary<messages.DiffRequest, messages.DiffResponse>((request) => {
      const { changed, replaced, deleteFirst } = provider.diff(
        request.getUrn(),
        fromStruct(request.getOldInputs()),
        fromStruct(request.getNews()),
      );
      return new messages.DiffResponse()
        .setChanges(messages.DiffResponse.DiffChanges[changed.length > 0 ? "DIFF_SOME" : "DIFF_NONE"])
        .setDiffsList(changed)
        .setReplacesList(replaced)
        .setDeletebeforereplace(deleteFirst);
    }),
    create: unary<messages.CreateRequest, messages.CreateResponse>(async (request) => {
      await provider.logIn(!request.getPreview());
      const { id, properties } = await provider.create(
        request.getUrn(),
        fromStruct(request.getProperties()),
        request.getPreview(),
      );
      return new messages.CreateResponse().setId(id).setProperties(Struct.fromJavaScript(properties));
    }),
    read: unary<messages.ReadRequest, messages.ReadResponse>(async (request) => {
      await provider.logIn();
      const found = await provider.read(request.getUrn(), request.getId());
      return found === undefined
        ? new messages.ReadResponse()
        : new messages.ReadResponse()
            .setId(request.getId())
            .setProperties(Struct.fromJavaScript(found.properties))
            .setInputs(Struct.fromJavaScript(found.inputs));
    }),
    update: unary<messages.UpdateRequest, messages.UpdateResponse>(async (request) => {
      await provider.logIn(!request.getPreview());
      const properties = await provider.update(
        request.getUrn(),
        request.getId(),
        fromStruct(request.getOlds()),
        fromStruct(request.getNews()),
        request.getPreview(),
      );
      return new messages.UpdateResponse().setProperties(Struct.fromJavaScript(properties));
    }),
    delete: unary<messages.DeleteRequest, Empty>(async (request) => {
      await provider.logIn();
      await provider.delete(request.getUrn(), request.getId());
      return new Empty();
    }),
    invoke: unary<messages.InvokeRequest, messages.InvokeResponse>(async (request) => {
      await provider.logIn();
      const result = provider.invoke(request.getTok(), fromStruct(request.getArgs()));
      return new messages.InvokeResponse().setReturn(Struct.fromJavaScript(result));
    }),
  };
}

type JavaScript = Parameters<typeof Struct.fromJavaScript>[0];

function fromStruct(struct: Struct | undefined): JavaScript {
  return struct?.toJavaScript() ?? {};
}

function checkResponse(
  inputs: JavaScript,
  failures: readonly { readonly property: string; readonly reason: string }[],
): messages.CheckResponse {
  return new messages.CheckResponse()
    .setInputs(Struct.fromJavaScript(inputs))
    .setFailuresList(
      failures.map(({ property, reason }) => new messages.CheckFailure().setProperty(property).setReason(reason)),
    );
}
