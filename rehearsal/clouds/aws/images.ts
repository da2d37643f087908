import type { CloudRecord, World } from "../kernel/world";

/** Images are no resources of a stack: whoever pushes one says so here, so that its repository is not empty. */
const imageType = "aws:ecr:Image";

/** Notes that a repository holds an image. */
export function recordImage(world: World, repositoryName: string, digest: string): void {
  const now = world.now();
  world.insert({
    type: imageType,
    id: `${repositoryName}@${digest}`,
    identity: null,
    inputs: { repository: repositoryName, digest },
    outputs: {},
    readyAt: now,
    visibleAt: now,
  });
}

/** The images of a repository. */
export function imagesOf(world: World, repositoryName: string): CloudRecord[] {
  return world.list(imageType).filter(({ inputs }) => inputs.repository === repositoryName);
}

/** They go with their repository. */
export function removeImages(world: World, repositoryName: string): void {
  for (const image of imagesOf(world, repositoryName)) {
    world.delete(imageType, image.id);
  }
}
