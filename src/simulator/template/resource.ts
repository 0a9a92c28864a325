/** A resource of a synthesized template with its intrinsic functions resolved. */
export interface Resource {
  /** The logical id in its template. */
  readonly logicalId: string;
  /** The CloudFormation type, e.g. `AWS::SQS::Queue`. */
  readonly type: string;
  /** The name of the stack that owns it. */
  readonly stackName: string;
  /** The construct path, where the template has it in its metadata. */
  readonly path?: string;
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives; throws, with the resource and the attribute, where that is not known. */
  attribute(name: string): string;
  /** The properties, resolved when they are first read: what nobody reads need not resolve. */
  readonly properties: { readonly [name: string]: unknown };
  /** All that was deployed together with it. */
  readonly release: Resources;
}

/** All the resources that an assembly deploys, over all of its stacks. */
export interface Resources {
  all(): readonly Resource[];
  ofType(type: string): readonly Resource[];
  /** The resource that a logical id names in a stack; without a stack, in any: throws where it is ambiguous. */
  find(logicalId: string, stackName?: string): Resource | undefined;
  /** The resource whose ARN (`Arn` attribute, or `Ref` where that is one) this is, exactly. */
  byArn(arn: string): Resource | undefined;
  /** Whether an earlier release had what this ARN names, and it is gone now. */
  isGone(arn: string): boolean;
  /** The file or folder of an asset that a property names by bucket and key. */
  assetPath(bucket: string, key: string): string | undefined;
}
