import type { AddressInfo } from "node:net";
import * as http from "node:http";
import type { ControlPlane } from "./control-plane";
import { ApiError } from "./api";
import { type Endpoint, readyEndpoints } from "./endpoints";
import { listen } from "../ports";

/** A way for processes of this machine to a cluster's Services. */
export interface ServiceNetwork {
  /** For `HTTP_PROXY`: `http://127.0.0.1:<port>`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** How long a Service's endpoint may be silent, in milliseconds. */
const patience = 60_000;

/**
 * Starts an HTTP proxy that knows a cluster's Services by the names that cluster DNS gives them,
 * `http://<service>.<namespace>.svc[.cluster.local]:<port>`, and sends requests to their ready endpoints. It plays what
 * kube-proxy and CoreDNS are for pods to processes that stand for pods; anything but a Service's name is refused.
 *
 * @param played Services whose programs run as processes of this machine: `<service>.<namespace>` and their address
 */
export async function startServiceNetwork(
  { api, name }: Pick<ControlPlane, "api" | "name">,
  played: Readonly<Record<string, Endpoint>> = {},
): Promise<ServiceNetwork> {
  const agent = new http.Agent({ keepAlive: false });
  let turn = 0;
  const find = async (service: string, namespace: string, port: number) => {
    const process = played[`${service}.${namespace}`];
    if (process !== undefined) return process;
    const endpoints = await readyEndpoints(api, namespace, service, port);
    turn += 1;
    return endpoints[turn % endpoints.length];
  };
  const proxy = http.createServer((request, response) => {
    const refuse = (status: number, message: string) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { "content-type": "text/plain" }).end(`${message}\n`);
    };
    const url = URL.parse(request.url ?? "");
    const [, service, namespace] =
      /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/.exec(url?.hostname ?? "") ?? [];
    if (url === null || service === undefined || namespace === undefined) {
      refuse(403, `${request.url ?? ""} is no Service of ${name}: http://<service>.<namespace>.svc:<port>/`);
      return;
    }
    const port = url.port === "" ? 80 : Number(url.port);
    find(service, namespace, port).then(
      (endpoint) => {
        if (endpoint === undefined) {
          refuse(503, `The Service ${service} in ${namespace} of ${name} has no ready endpoint at port ${port}.`);
          return;
        }
        const { method, headers } = request;
        const onward = http.request({ ...endpoint, method, headers, path: url.pathname + url.search, agent });
        onward.setTimeout(patience, () => onward.destroy(new Error(`no answer within ${patience / 1000} s`)));
        onward.once("response", (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        onward.once("error", (error) => {
          refuse(502, `${service} in ${namespace} of ${name}, ${endpoint.host}:${endpoint.port}: ${error.message}`);
        });
        response.once("close", () => onward.destroy());
        request.pipe(onward);
      },
      (error: unknown) => {
        const missing = error instanceof ApiError && error.status === 404;
        refuse(missing ? 404 : 502, missing ? `${name} has no Service ${service} in ${namespace}.` : String(error));
      },
    );
  });
  await listen(proxy, 0, "127.0.0.1");
  proxy.unref();
  return {
    address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        proxy.close(() => {
          resolve();
        });
        proxy.closeAllConnections();
      }),
  };
}
