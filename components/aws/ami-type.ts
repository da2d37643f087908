/**
 * EKS's image type for an instance type: Amazon Linux 2023 for its processor. Graviton instance types have a `g` right
 * after the generation's number (`m7g.large`, `c7gn.xlarge`), and `a1` was the first.
 * Source: EC2 instance type naming conventions; EKS API CreateNodegroup, amiType.
 */
export function amiType(instanceType: string): "AL2023_x86_64_STANDARD" | "AL2023_ARM_64_STANDARD" {
  const arm = /^(a1|[a-z]+\d+g[a-z]*)\./.test(instanceType);
  return arm ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
