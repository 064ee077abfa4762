// A completion through axios; prints the text, or the status and message of the error.
const axios = require("axios");

const prompt = process.argv[2];
axios
  .post(
    `${process.env.OPENAI_ROOT}/v1/completions`,
    { model: "text-davinci-003", prompt, max_tokens: 200, temperature: 0.7 },
    { headers: { "Content-Type": "application/json", Authorization: `Bearer ${process.env.OPENAI_API_KEY}` } },
  )
  .then((response) => console.log(response.data.choices[0].text))
  .catch((error) => console.log(error.response.status, error.response.data.error.message));
