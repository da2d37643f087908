import { z } from "zod";

/** A region as the AWS provider takes it. */
export const awsRegion = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1");
