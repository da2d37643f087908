import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { CloudError } from "../kernel/errors";
import type { World } from "../kernel/world";
import { bucket, encryption } from "./s3";
import type { Answered, Asked } from "./state-service";
import { escapeXml } from "./xml";

interface StoredObject {
  readonly body: Buffer;
  readonly modified: Date;
}

/** Objects by `<bucket>/<key>`. */
export type Objects = Map<string, StoredObject>;

/**
 * Answers requests to S3, bucket in the path, as the SDKs ask an address that is no name of a host: GetObject, HeadObject,
 * PutObject, CopyObject, DeleteObject, ListObjectsV2. Each asks for the permissions that the Service Authorization Reference
 * and, for a bucket that is encrypted with a key, "Using server-side encryption with AWS KMS keys" name.
 *
 * @throws CloudError in S3's words
 */
export function answerS3(world: World, objects: Objects, { method, url, headers, body }: Asked): Answered {
  const [, bucketName = "", key = ""] = /^\/([^/]+)\/?(.*)$/s.exec(decodeURIComponent(url.pathname)) ?? [];
  if (world.find(bucket.type, bucketName) === undefined) {
    throw new CloudError("NoSuchBucket", "The specified bucket does not exist");
  }
  const arn = `arn:aws:s3:::${bucketName}`;
  const keyOfBucket = encryptionKey(world, bucketName);
  const name = `${bucketName}/${key}`;
  const get = (source: string): StoredObject => {
    world.authorize({ action: "s3:GetObject", resource: `arn:aws:s3:::${source}` });
    const object = objects.get(source);
    if (object === undefined) throw new CloudError("NoSuchKey", "The specified key does not exist.");
    if (keyOfBucket !== undefined) world.authorize({ action: "kms:Decrypt", resource: keyOfBucket });
    return object;
  };
  const put = (content: Buffer): StoredObject => {
    world.authorize({ action: "s3:PutObject", resource: `${arn}/${key}` });
    if (keyOfBucket !== undefined) world.authorize({ action: "kms:GenerateDataKey", resource: keyOfBucket });
    const object = { body: content, modified: new Date() };
    objects.set(name, object);
    return object;
  };
  if (key === "" && method === "GET" && url.searchParams.get("list-type") === "2") {
    world.authorize({ action: "s3:ListBucket", resource: arn });
    return xml(listing(objects, bucketName, url.searchParams));
  }
  switch (key === "" ? "" : method) {
    case "GET":
    case "HEAD": {
      const object = get(name);
      // Nobody here asks for a part of an object.
      return { status: 200, headers: describe(object), body: object.body };
    }
    case "PUT": {
      const source = headers["x-amz-copy-source"];
      if (source === undefined) {
        if (String(headers["content-encoding"]).includes("aws-chunked")) throw unknown("a PutObject in chunks");
        return { status: 200, headers: { etag: etag(put(body)) } };
      }
      const copy = put(get(decodeURIComponent(String(source)).replace(/^\//, "")).body);
      return xml(
        `<CopyObjectResult><LastModified>${copy.modified.toISOString()}</LastModified><ETag>${escapeXml(etag(copy))}</ETag></CopyObjectResult>`,
      );
    }
    case "DELETE":
      world.authorize({ action: "s3:DeleteObject", resource: `${arn}/${key}` });
      objects.delete(name);
      return { status: 204 };
    default:
      throw unknown(`${method} ${url.pathname}${url.search}`);
  }
}

/** Of the key that new objects are encrypted with, if the bucket says one. */
function encryptionKey(world: World, bucketName: string): string | undefined {
  const { rules = [] } = (world.find(encryption.type, bucketName)?.inputs ?? {}) as {
    readonly rules?: readonly {
      readonly applyServerSideEncryptionByDefault?: { readonly kmsMasterKeyId?: string };
    }[];
  };
  return rules[0]?.applyServerSideEncryptionByDefault?.kmsMasterKeyId;
}

/** All of it on one page: a rehearsal has few objects. Source: Amazon S3 API reference, ListObjectsV2 */
function listing(objects: Objects, bucketName: string, query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const start = `${bucketName}/`;
  const folders = new Set<string>();
  const contents: string[] = [];
  for (const [name, object] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = name.slice(start.length);
    if (!name.startsWith(start) || !key.startsWith(prefix)) continue;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end >= 0) folders.add(key.slice(0, end + delimiter.length));
    else {
      contents.push(
        `<Contents><Key>${escapeXml(key)}</Key><LastModified>${object.modified.toISOString()}</LastModified><ETag>${escapeXml(etag(object))}</ETag><Size>${object.body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
      );
    }
  }
  const common = [...folders].map((folder) => `<CommonPrefixes><Prefix>${escapeXml(folder)}</Prefix></CommonPrefixes>`);
  return `<ListBucketResult><Name>${bucketName}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${contents.length + common.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join("")}${common.join("")}</ListBucketResult>`;
}

function describe(object: StoredObject): Record<string, string> {
  return {
    etag: etag(object),
    "content-length": String(object.body.length),
    "content-type": "application/octet-stream",
    "last-modified": object.modified.toUTCString(),
    // S3 keeps one of every object, and SDKs compare it ("Checking object integrity for data uploads in Amazon S3").
    "x-amz-checksum-crc32": checksum(object),
  };
}

function etag({ body }: StoredObject): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

/** Four bytes, the most significant first, in base64. */
function checksum({ body }: StoredObject): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
}

function xml(text: string): Answered {
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>${text}`,
  };
}

function unknown(what: string): CloudError {
  return new CloudError("NotImplemented", `The simulated S3 does not know ${what}.`);
}
