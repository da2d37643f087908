/** Who follows the guide: an administrator of this repository, project and subscription. */
export const repository = { owner: "acme", ownerId: 11, name: "shop", id: 22 };
export const gcpProject = "acme-dev";
export const subscriptionId = "11f47a10-58cc-4372-a567-0e02b2c3d479";

/** Of the secrets in a state that lies on the administrator's machine. */
export const passphrase = "correct-horse-battery-staple";
