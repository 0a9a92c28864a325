// A business error says no: nothing has been done. Any other error leaves it open.
class BusinessError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

exports.reserveStock = async ({ input, idempotencyKey }) => {
  if (input.quantity > 10) throw new BusinessError('OutOfStock', `${input.quantity} are more than there are`);
  return { reservation: `R/${idempotencyKey}` };
};

// `result` is absent where it isn't known whether anything was reserved; the key is known always.
exports.releaseStock = async ({ result, idempotencyKey }) => ({
  released: result?.reservation ?? `R/${idempotencyKey}`,
});

const seen = new Set();

exports.chargePayment = async ({ input, idempotencyKey }) => {
  if (input.card === 'expired') throw new BusinessError('CardDeclined', 'the card has expired');
  if (input.bank === 'slow' && !seen.has(idempotencyKey)) {
    seen.add(idempotencyKey);
    throw new BusinessError('BankBusy', 'try again');
  }
  return { payment: `P/${idempotencyKey}`, amount: input.quantity * input.price };
};

exports.refundPayment = async ({ result, idempotencyKey, error }) => ({
  refunded: result?.payment ?? `P/${idempotencyKey}`,
  because: `${error.step}: ${error.error}`,
});

exports.shipOrder = async ({ input, results }) => {
  if (!input.address) throw new BusinessError('AddressUnknown', `where should order ${input.id} go?`);
  return { parcel: `to ${input.address}`, paidWith: results.ChargePayment.payment };
};
