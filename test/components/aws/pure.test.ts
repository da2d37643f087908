import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { amiType } from "../../../components/aws/ami-type";
import { checkAdministrators, principalKey } from "../../../components/aws/cluster-validation";
import { imageLifecycle } from "../../../components/aws/image-lifecycle";
import { eksKubeconfig } from "../../../components/aws/kubeconfig";
import { planSubnets } from "../../../components/aws/subnet-plan";
import { chooseZones } from "../../../components/aws/zones";

describe("planSubnets", () => {
  const plans = [
    {
      cidr: "10.0.0.0/16",
      private: ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"],
      public: ["10.0.192.0/20", "10.0.208.0/20", "10.0.224.0/20"],
    },
    {
      cidr: "192.168.240.0/20",
      private: ["192.168.240.0/22", "192.168.244.0/22", "192.168.248.0/22"],
      public: ["192.168.252.0/24", "192.168.253.0/24", "192.168.254.0/24"],
    },
    {
      cidr: "172.31.255.0/24",
      private: ["172.31.255.0/26", "172.31.255.64/26", "172.31.255.128/26"],
      public: ["172.31.255.192/28", "172.31.255.208/28", "172.31.255.224/28"],
    },
    {
      cidr: "240.0.0.0/16",
      private: ["240.0.0.0/18", "240.0.64.0/18", "240.0.128.0/18"],
      public: ["240.0.192.0/20", "240.0.208.0/20", "240.0.224.0/20"],
    },
  ];
  for (const { cidr, ...expected } of plans) {
    test(`cuts ${cidr}`, () => {
      assert.deepEqual(planSubnets(cidr), expected);
    });
  }

  const refused = [
    { cidr: "10.0.0.0/15", reason: /not between \/16/ },
    { cidr: "10.0.0.0/25", reason: /not between \/16/ },
    { cidr: "10.0.1.0/16", reason: /must begin at a multiple of its size: 10\.0\.0\.0\/16/ },
    { cidr: "fd00::/64", reason: /must be an IPv4 network/ },
  ];
  for (const { cidr, reason } of refused) {
    test(`refuses "${cidr}"`, () => {
      assert.throws(() => planSubnets(cidr), { propertyPath: "cidr", reason });
    });
  }
});

describe("chooseZones", () => {
  test("takes the first three by name", () => {
    assert.deepEqual(chooseZones(["b", "d", "a", "c"], "us-east-1"), ["a", "b", "c"]);
  });

  test("refuses a region with two", () => {
    assert.throws(() => chooseZones(["a", "b"], "us-west-1"), /us-west-1 has 2 zones .*Choose another aws:region/);
  });
});

describe("amiType", () => {
  for (const instanceType of ["m7g.large", "c7gn.xlarge", "t4g.small", "a1.medium", "im4gn.large", "x2gd.metal"]) {
    test(`${instanceType} is ARM`, () => {
      assert.equal(amiType(instanceType), "AL2023_ARM_64_STANDARD");
    });
  }
  for (const instanceType of ["m7i.large", "g5.xlarge", "g6e.xlarge", "t3.medium", "c7a.large", "m5dn.large"]) {
    test(`${instanceType} is x86`, () => {
      assert.equal(amiType(instanceType), "AL2023_x86_64_STANDARD");
    });
  }
});

describe("cluster validation", () => {
  const admin = "arn:aws:iam::123456789012:role/Admin";

  test("takes roles and users", () => {
    checkAdministrators([admin, "arn:aws-us-gov:iam::123456789012:user/team/ann"]);
  });

  test("refuses a principal that stands twice", () => {
    assert.throws(() => {
      checkAdministrators([admin, admin]);
    }, /stands there twice/);
  });

  for (const arn of ["arn:aws:sts::123456789012:assumed-role/Admin/ann", "arn:aws:iam::123456789012:root", "Admin"]) {
    test(`refuses ${arn}`, () => {
      assert.throws(() => {
        checkAdministrators([arn]);
      }, /not the ARN of an IAM role or user/);
    });
  }

  test("gives different principals different keys", () => {
    assert.equal(principalKey(admin), "123456789012-role-Admin");
    assert.equal(principalKey("arn:aws:iam::123456789012:user/team/ann"), "123456789012-user-team-ann");
  });
});

describe("eksKubeconfig", () => {
  test("asks the AWS command for a token and names no profile, account or role", () => {
    const text = eksKubeconfig({
      clusterName: "trinity-dev-aws",
      endpoint: "https://api.example",
      certificateAuthority: "Y2E=",
      region: "us-east-1",
    });
    const config = JSON.parse(text) as {
      readonly clusters: readonly { readonly cluster: unknown }[];
      readonly users: readonly {
        readonly user: { readonly exec: { readonly command: string; readonly args: string[] } };
      }[];
    };
    assert.deepEqual(config.clusters[0]?.cluster, {
      server: "https://api.example",
      "certificate-authority-data": "Y2E=",
    });
    const exec = config.users[0]?.user.exec;
    assert.equal(exec?.command, "aws");
    assert.equal(exec.args.join(" "), "eks get-token --cluster-name trinity-dev-aws --region us-east-1 --output json");
    assert.doesNotMatch(text, /profile|AWS_|role|123456789012/);
  });
});

describe("imageLifecycle", () => {
  test("expires untagged images and old pull requests, and nothing of the main branch", () => {
    const text = imageLifecycle();
    const { rules } = JSON.parse(text) as {
      readonly rules: readonly { readonly selection: Readonly<Record<string, unknown>> }[];
    };
    assert.deepEqual(
      rules.map(({ selection }) => selection),
      [
        { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
        { tagStatus: "tagged", countType: "imageCountMoreThan", countNumber: 30, tagPrefixList: ["pr-"] },
      ],
    );
    assert.ok(text.length >= 100 && text.length <= 30720, "ECR takes 100 to 30720 characters");
  });
});
