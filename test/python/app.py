"""Each pattern, from Python: what jsii makes of the names and types is used, and what is wrong is told."""

import aws_cdk as cdk
from aws_cdk import aws_lambda, aws_ses, aws_sns, assertions
from cdk_workflow_patterns import (
    ApprovalLevel,
    Approver,
    ChildWorkflow,
    ContactForm,
    EmailSender,
    FanOut,
    HumanApproval,
    Items,
    NestedWorkflows,
    Saga,
    SagaStep,
    Step,
    Workflow,
)

stack = cdk.Stack(cdk.App(), "Shop")


def function(name: str) -> aws_lambda.Function:
    return aws_lambda.Function(
        stack,
        name,
        runtime=aws_lambda.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=aws_lambda.Code.from_inline("exports.handler = async () => ({})"),
        timeout=cdk.Duration.seconds(5),
    )


domain = aws_ses.EmailIdentity.from_email_identity_name(stack, "Domain", "acme.example")
sender = EmailSender.identity(domain, "shop@acme.example", name="Acme")

order = Saga(
    stack,
    "Order",
    steps=[
        SagaStep(
            name="ChargeCard",
            action=Step.invoke(function("Charge"), business_errors=["CardDeclined"]),
            compensation=Step.invoke(function("Refund")),
        ),
        SagaStep(name="Ship", action=Step.invoke(function("Ship"))),
    ],
    alarm_topic=aws_sns.Topic(stack, "OnCall"),
)
FanOut(
    stack,
    "Thumbnails",
    items=Items.at("{% $states.input.images %}"),
    step=Step.invoke(function("Resize")),
    max_concurrency=10,
)
NestedWorkflows(stack, "Fulfilment", children=[ChildWorkflow(name="Order", workflow=order)])
approval = HumanApproval(
    stack,
    "Approval",
    sender=sender,
    levels=[
        ApprovalLevel(
            approvers=[Approver.email("lead@acme.example")],
            timeout=cdk.Duration.hours(1),
        )
    ],
)
Workflow(
    stack,
    "Refunds",
    definition=approval.ask(
        question="Refund?", details={"Amount": "{% $states.input.amount %}"}
    ),
)
ContactForm(
    stack,
    "Contact",
    sender=sender,
    recipient="hello@acme.example",
    allow_origins=["https://acme.example"],
)

template = assertions.Template.from_stack(stack)
machines = template.find_resources("AWS::StepFunctions::StateMachine")
assert len(machines) == 6, machines.keys()
template.resource_count_is("AWS::StepFunctions::StateMachineAlias", 6)

try:
    Saga(stack, "Empty", steps=[])
    raise SystemExit("a saga without steps was taken")
except RuntimeError as error:
    assert "the saga 'Empty' has no steps" in str(error), error

print("ok python")
