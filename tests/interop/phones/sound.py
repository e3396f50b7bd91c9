"""What samples of 16 bits are on the line (ITU-T G.711)."""


def mu_law(sample):
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~((sample < 0) << 7 | exponent << 4 | magnitude >> exponent + 3 & 15) & 0xFF


def a_law(sample):
    magnitude = max(sample, -sample - 1)
    exponent = max(magnitude.bit_length() - 8, 0)
    return (exponent << 4 | magnitude >> max(exponent, 1) + 3 & 15) ^ (0xD5 if sample >= 0 else 0x55)


def is_clear(sample):
    """Encoders differ by a little in what they make of the edges between two steps."""
    return all(encode(sample - 4) == encode(sample + 4) for encode in (mu_law, a_law))
