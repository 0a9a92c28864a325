import {
  DefaultTokenResolver,
  type IPostProcessor,
  type IResolvable,
  type IResolveContext,
  Reference,
  Stack,
  StringConcat,
  Token,
  Tokenization,
} from 'aws-cdk-lib';
import { SimulatorFault } from './engine';
import type { Deployed } from './template/deployed';

/** What a string of the app, with CDK's tokens in it, is in the simulator. */
export function resolveToken(value: string, deployed: Deployed): string {
  if (!Token.isUnresolved(value)) return value;
  const stacks = new Set(referencesIn(value).map(({ target }) => Stack.of(target)));
  const [stack, ...others] = stacks;
  if (stack === undefined)
    throw new SimulatorFault(`${value} is a token that names no resource: its stack isn't known`);
  if (others.length > 0) {
    const names = [...stacks].map(({ node }) => node.path).join(', ');
    throw new SimulatorFault(`the value has tokens of several stacks (${names}): resolve them one by one`);
  }
  return String(deployed.resolve(stack.resolve(value), stack.stackName));
}

/** The references in a value, also those inside what its tokens stand for. */
function referencesIn(value: string): Reference[] {
  const [token] = Tokenization.reverseString(value).tokens;
  const scope = Reference.isReference(token) ? token.target : undefined;
  const resolver = new Collector();
  // A token that is lazy asks nothing of where it stands, or else names a resource itself.
  Tokenization.resolve(value, { scope: scope ?? new Stack(), resolver, preparing: false });
  return resolver.references;
}

class Collector extends DefaultTokenResolver {
  readonly references: Reference[] = [];

  constructor() {
    super(new StringConcat());
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (!Reference.isReference(token)) return super.resolveToken(token, context, postProcessor);
    this.references.push(token);
    return '';
  }
}
