/* SPDX-License-Identifier: MIT */
/* Prices of European calls and puts after Black and Scholes. */
float cumulative_normal(float d)
{
    float k = 1.0f / (1.0f + 0.2316419f * fabs(d));
    float poly = k * (0.31938153f +
                      k * (-0.356563782f +
                           k * (1.781477937f + k * (-1.821255978f + k * 1.330274429f))));
    float tail = 0.39894228f * exp(-0.5f * d * d) * poly;

    return d > 0.0f ? 1.0f - tail : tail;
}

__kernel void black_scholes(__global float *call, __global float *put,
                            __global const float *price, __global const float *strike,
                            __global const float *years, float rate, float volatility)
{
    int i = get_global_id(0);
    float s = price[i];
    float x = strike[i];
    float t = years[i];
    float deviation = volatility * sqrt(t);
    float d1 = (log(s / x) + (rate + 0.5f * volatility * volatility) * t) / deviation;
    float d2 = d1 - deviation;
    float discounted = x * exp(-rate * t);
    float n1 = cumulative_normal(d1);
    float n2 = cumulative_normal(d2);

    call[i] = s * n1 - discounted * n2;
    put[i] = discounted * (1.0f - n2) - s * (1.0f - n1);
}
