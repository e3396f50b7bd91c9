# factors: []: the primary decides alone, its attributes go on, its Reject is not delayed, and nothing is joined.
factors none upstream yes

   0       request A alice right id=1     -> check_password A
   0       request B alice right id=2     -> check_password B
   50ms    password ok A 25=staff 27=xxxx -> accept A 25=staff 27=xxxx; login accept primary_alone 1
   60ms    password wrong B 18=no 27=xxxx -> reject B 18=no 27=xxxx; login reject wrong_password 1

calls 0
