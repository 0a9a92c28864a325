import { SimulatorFault } from '../../engine/fault';
import type { Resources } from '../../template/resource';
import { AwsError } from '../service';
import { bad } from './address';

type Document = { readonly [name: string]: unknown };

/** What a mail says. */
export interface Content {
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly headers: { readonly [name: string]: string };
}

/** Reads `Content` of a request. */
export function readContent(content: Document, resources: Resources): Content {
  const [kind, ...others] = Object.keys(content);
  if (others.length > 0) throw bad('Only one of Simple, Raw and Template may be given');
  if (kind === 'Simple') return simple(content.Simple as Document);
  if (kind === 'Template') return fromTemplate(content.Template as Document, resources);
  if (kind === undefined) throw bad('Missing required field Content');
  throw new SimulatorFault(`Content.${kind} of SES's SendEmail is not supported: give Content.Simple`);
}

function simple({ Subject: subject, Body: body, Headers: headers, ...rest }: Document): Content {
  checkNoMore(rest, 'Content.Simple');
  if (subject === undefined || body === undefined) throw bad('Missing required field Subject or Body');
  const { Text: text, Html: html, ...more } = body as Document;
  checkNoMore(more, 'Content.Simple.Body');
  if (text === undefined && html === undefined) throw bad('Missing required field Text or Html in the Body');
  return {
    subject: checkSubject(data(subject)),
    ...(text !== undefined && { text: data(text) }),
    ...(html !== undefined && { html: data(html) }),
    headers: readHeaders(headers),
  };
}

/** A template of the assembly, in which `{{name}}` stands for a value. */
function fromTemplate({ TemplateName: name, TemplateData: json, Headers: headers, ...rest }: Document, all: Resources) {
  checkNoMore(rest, 'Content.Template');
  const template = all.ofType('AWS::SES::Template').find(({ physicalId }) => physicalId === name);
  if (!template) throw new AwsError('NotFoundException', `Template ${name} does not exist.`, 404);
  const { SubjectPart, TextPart, HtmlPart } = template.properties.Template as { readonly [part: string]: string };
  const values = JSON.parse(String(json ?? '{}')) as Document;
  const fill = (part: string): string =>
    part.replace(/\{\{\{?\s*([^}]*?)\s*\}?\}\}/g, (_, variable: string) => {
      if (!/^\w+$/.test(variable)) {
        throw new SimulatorFault(`The SES template ${name}: {{${variable}}} is not supported, only {{name}}`);
      }
      if (variable in values) return String(values[variable]);
      throw new SimulatorFault(`The SES template ${name} needs ${variable}: AWS takes the mail, and never sends it`);
    });
  return {
    subject: checkSubject(fill(SubjectPart ?? '')),
    ...(TextPart !== undefined && { text: fill(TextPart) }),
    ...(HtmlPart !== undefined && { html: fill(HtmlPart) }),
    headers: readHeaders(headers),
  };
}

/** What AWS makes of a line break there is not documented: it might begin another header. */
function checkSubject(subject: string): string {
  if (!/[\r\n]/.test(subject)) return subject;
  throw new SimulatorFault("The Subject of SES's SendEmail has a line break, which is not supported: remove it before");
}

function readHeaders(list: unknown): Content['headers'] {
  const headers = ((list ?? []) as { Name: string; Value: string }[]).map(({ Name: name, Value: value }) => {
    if (!/^[!-9;-~]{1,126}$/.test(name)) throw bad(`The header name ${name} is not valid`);
    if (!/^[ -~]{1,995}$/.test(value)) throw bad(`The value of the header ${name} is not valid`);
    return [name, value];
  });
  return Object.fromEntries(headers);
}

function data(value: unknown): string {
  return String((value as Document).Data ?? '');
}

function checkNoMore(rest: Document, where: string): void {
  const [name] = Object.keys(rest);
  if (name !== undefined) throw new SimulatorFault(`${where}.${name} of SES's SendEmail is not supported`);
}
