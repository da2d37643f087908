/** Environments are short because they are part of every name. */
export const environmentPattern = /^[a-z][a-z0-9]{0,9}$/;
