/**
 * What ECR deletes by itself: images that no tag names after a week, and all but the newest images of pull requests.
 * Images of the main branch (`sha-…`) stay: any of them may be what an overlay names, or what a rollback goes back to.
 * Source: ECR user guide, "Lifecycle policy evaluation rules".
 */
export function imageLifecycle(): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: "Untagged images go after 7 days",
        selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: "Of the images of pull requests the last 30 stay",
        selection: {
          tagStatus: "tagged",
          tagPrefixList: ["pr-"],
          countType: "imageCountMoreThan",
          countNumber: 30,
        },
        action: { type: "expire" },
      },
    ],
  });
}
