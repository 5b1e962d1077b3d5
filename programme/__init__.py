"""What is true about the programme, whoever looks: no Streamlit, no charts, no connections of its own."""
