/* SPDX-License-Identifier: MIT */
/* Prices of European call and put options by the formula of Black and Scholes. */

/* The normal distribution function, by a polynomial of Abramowitz and Stegun (26.2.17); it is off by
 * less than 7.5e-8. */
float normal_cdf(float x)
{
    float size = fabs(x);
    float k = 1.0f / (1.0f + 0.2316419f * size);
    float polynomial =
        k * (0.319381530f +
             k * (-0.356563782f + k * (1.781477937f + k * (-1.821255978f + k * 1.330274429f))));
    float tail = 0.3989422804f * exp(-0.5f * size * size) * polynomial;

    return x < 0 ? tail : 1.0f - tail;
}

__kernel void black_scholes(__global float *call, __global float *put,
                            __global const float *price, __global const float *strike,
                            __global const float *years, float rate, float volatility)
{
    size_t i = get_global_id(0);
    float s = price[i];
    float x = strike[i];
    float t = years[i];
    float spread = volatility * sqrt(t);
    float d1 = (log(s / x) + (rate + 0.5f * volatility * volatility) * t) / spread;
    float d2 = d1 - spread;
    float discounted = x * exp(-rate * t);
    float n1 = normal_cdf(d1);
    float n2 = normal_cdf(d2);

    call[i] = s * n1 - discounted * n2;
    put[i] = discounted * (1.0f - n2) - s * (1.0f - n1);
}
